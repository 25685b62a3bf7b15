/** `npm run test:large`: everything that the quick selection leaves out. */
export const IS_LARGE = process.env.TEST_LARGE === '1';

/** How many times as much is tried in the large selection. */
export const ROUNDS = IS_LARGE ? 4 : 1;
