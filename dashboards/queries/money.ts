/** Fen as yuan with 2 decimals: `-1205` is `-12.05`. */
export const yuan = (fen: number): string => {
  const [whole, part] = [Math.trunc(Math.abs(fen) / 100), Math.abs(fen) % 100];
  return `${fen < 0 ? '-' : ''}${whole}.${String(part).padStart(2, '0')}`;
};
