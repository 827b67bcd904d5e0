import type { ReadEntry } from './cells.ts';

/** Why a row can't be corrected in this way, in words; null where it can. Dismissed it can always be. Pure. */
export const hindranceOf = (
  { feed, cells }: Pick<ReadEntry, 'feed' | 'cells'>,
  way: 'edit' | 'mapping' | 'dismiss',
): string | null => {
  if (way === 'dismiss') return null;
  if (feed === null) return '登记数据不在此更正。请在登记文件中改正后重新导入；此处可注明不予更正。';
  if (cells === null && way === 'mapping')
    return '所选数据中有整行无法解析的，对照表不能解决。请逐条填写字段后更正，或退回部门重新报送。';
  return null;
};
