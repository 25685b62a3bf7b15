import { api, bodyOf } from '../../../lib/api.js';

/** As it is on the server now; by id, as the name may be what has changed. */
export function getPlatform(id: string) {
  return bodyOf(api.GET('/api/v1/platforms/{name}', { params: { path: { name: id } } }));
}
