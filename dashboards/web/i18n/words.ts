/** The shape of a dictionary with its words left open: another language has the same keys, no more and no fewer. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
