import type { Evaluation } from './evaluation.ts';

/** The evaluation as a picture (SVG): what the bits promise beside what is true, and where the records lie. */

const [WIDTH, HEIGHT] = [720, 360];
const [LEFT, TOP, BOTTOM] = [60, 50, 60];
const PLOT = HEIGHT - TOP - BOTTOM;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

export const evaluationPicture = (evaluation: Evaluation): string => {
  const { calibration, withoutNumber, falseLinks } = evaluation;
  const most = Math.max(1, ...calibration.map(({ records }) => records));
  const step = (WIDTH - LEFT - 20) / Math.max(1, calibration.length);
  const y = (share: number): number => TOP + PLOT * (1 - share);
  const bars = calibration.map(({ from, to, records, expected, observed }, i) => {
    const x = LEFT + i * step;
    const height = (Math.log1p(records) / Math.log1p(most)) * PLOT;
    return [
      `<rect x="${(x + 2).toFixed(1)}" y="${(TOP + PLOT - height).toFixed(1)}" width="${(step - 4).toFixed(1)}" height="${height.toFixed(1)}" fill="#dfe6ee"><title>${from} to ${to} bits: ${records} records, promised ${percent(expected)}, true ${percent(observed)}</title></rect>`,
      `<circle cx="${(x + step / 2).toFixed(1)}" cy="${y(observed).toFixed(1)}" r="5" fill="#b3261e"/>`,
      `<path d="M${(x + 4).toFixed(1)} ${y(expected).toFixed(1)}h${(step - 8).toFixed(1)}" stroke="#1f4e8c" stroke-width="2"/>`,
      `<text x="${(x + step / 2).toFixed(1)}" y="${TOP + PLOT + 18}" text-anchor="middle">${from}</text>`,
    ].join('');
  });
  const scale = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<text x="${LEFT - 8}" y="${(y(share) + 4).toFixed(1)}" text-anchor="end">${share * 100} %</text>`,
  );
  const title = `Calibration: precision ${percent(withoutNumber.precision)}, recall ${percent(withoutNumber.recall)}, review ${percent(withoutNumber.reviewShare)}; wrong links ${percent(falseLinks.observed)}, estimated ${percent(falseLinks.estimated)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="13">${title}</text>`,
    `<text x="${LEFT}" y="40">records without a usable number; line: promised, dot: true, grey: how many (log)</text>`,
    ...scale,
    ...bars,
    `<text x="${LEFT}" y="${HEIGHT - 14}">bits of the best candidate</text>`,
    '</svg>',
    '',
  ].join('\n');
};
