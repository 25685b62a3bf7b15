import { describe, expect, it } from '@jest/globals';
import { fieldFaults } from './field-faults.js';

describe('fieldFaults', () => {
  it('finds our words for what the server says of a field', () => {
    expect(fieldFaults([{ pointer: '/new_password', detail: 'must have at least 12 characters' }])).toEqual([
      { field: 'new_password', fault: 'too_short', detail: 'must have at least 12 characters' },
    ]);
  });

  it("leaves the server's sentence where we have none", () => {
    expect(fieldFaults([{ pointer: '/username', detail: 'should not be empty' }])).toEqual([
      { field: 'username', fault: undefined, detail: 'should not be empty' },
    ]);
  });
});
