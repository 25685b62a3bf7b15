import { type FileOperations, nodeFileOperations } from './file-operations.js';

/** For tests only: real file operations that can be seen and made to fail. */

export interface FileCall {
  name: keyof FileOperations;
  /** What the call is about: a path, or the path that its descriptor was opened with. */
  path: string;
  args: readonly unknown[];
}

/** @param before runs ahead of each call; what it throws the call fails with, what it waits for delays the call. */
export function watchedFileOperations(before: (call: FileCall) => unknown): FileOperations {
  const paths = new Map<unknown, string>();
  return new Proxy(nodeFileOperations, {
    get: (target, name: keyof FileOperations) => {
      return async (...args: unknown[]) => {
        const [subject] = args;
        await before({ name, path: typeof subject === 'string' ? subject : (paths.get(subject) ?? ''), args });
        const result: unknown = await Reflect.apply(target[name], target, args);
        if (name === 'open') {
          paths.set(result, String(subject));
        }
        return result;
      };
    },
  });
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
