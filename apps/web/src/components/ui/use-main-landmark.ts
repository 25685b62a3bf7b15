import type { RefObject } from 'react';
import { useLandmark } from 'react-aria/useLandmark';

/** Makes a page's `main` one of the parts that F6 leads through: to the messages, and back to where one was. */
export function useMainLandmark(ref: RefObject<HTMLElement | null>): void {
  useLandmark({ role: 'main' }, ref);
}
