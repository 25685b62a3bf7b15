import { createContext } from 'react';

/** The id of the account whose choices of columns hold: several people may use one browser. */
export const ColumnsOwner = createContext('');
