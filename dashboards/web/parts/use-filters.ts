import { useSearchParams } from 'react-router';

/** Filters of a list as the address holds them. Changing one begins at the first page again. */
export const useFilters = <Name extends string>(names: readonly Name[]) => {
  const [query, setQuery] = useSearchParams();
  const filters: Partial<Record<Name, string>> = Object.fromEntries(
    names.flatMap((name) => (query.get(name) ? [[name, query.get(name) as string]] : [])),
  ) as Partial<Record<Name, string>>;

  const set = (changes: Readonly<Record<string, string | null>>): void => {
    // The address of now: `query` is the one that was drawn last, and a slow drawing would bring back what was just cleared
    const next = new URLSearchParams(window.location.search);
    next.delete('after');
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(name);
      else next.set(name, value);
    }
    setQuery(next);
  };
  return {
    filters,
    get: (name: string): string | null => query.get(name),
    set,
    filter: (name: Name, value: string | null): void => set({ [name]: value }),
    clear: (): void => set(Object.fromEntries(names.map((name) => [name, null]))),
    isFiltered: Object.keys(filters).length > 0,
  };
};
