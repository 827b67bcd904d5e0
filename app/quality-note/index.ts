/** Files for departments: what was wrong with their data in a month, and what it did. */
export { makeNote, type NoteFormat, noteFile, noteFormats } from './make.ts';
export { downloadRoutes } from './route.ts';
