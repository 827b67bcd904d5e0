/** Of a table's column whose value says nothing alone: on a phone, where rows are cards without heads, it carries its title. */
export const labelled = (title: string) => ({
  className: 'labelled',
  onCell: () => ({ 'data-label': title }) as object,
});
