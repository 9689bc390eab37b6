import type { Mutant } from './mutant.ts'

/** What keeps a run folder that was changed, or that two write to, from being believed. */
export const runFolderMutants: readonly Mutant[] = [
  {
    faults: ['forged-result'],
    without: 'comparing a saved result with its records',
    file: 'packages/result-aggregator/src/sweep/verify-run.ts',
    edits: [['if (difference === undefined) return built', 'return saved']],
    tests: ['packages/result-aggregator/src/sweep/forged-run.test.ts'],
    named: 'an edited p90, with a manifest that fits',
  },
  {
    faults: ['changed-file'],
    without: 'checking the manifest',
    file: 'packages/result-aggregator/src/sweep/verify-run.ts',
    edits: [['if (problems.length > 0)', 'if (problems.length > 1_000)']],
    tests: ['packages/result-aggregator/src/sweep/forged-run.test.ts'],
    named: 'a file more',
  },
  {
    faults: ['deleted-records'],
    without: 'missing a turn that others waited for',
    file: 'packages/result-aggregator/src/audit/play-audit.ts',
    edits: [["if (!ended && need.trigger === 'completion')", 'if (false)']],
    tests: ['packages/result-aggregator/src/audit/run-audit.test.ts'],
    named: 'one record deleted',
  },
  {
    faults: ['deleted-last-records'],
    without: 'counting what a run wrote',
    file: 'packages/result-aggregator/src/audit/run-audit.ts',
    edits: [["refuse('records', tallyProblem(this.#tally, ended.records))", '']],
    tests: ['packages/result-aggregator/src/audit/run-audit.test.ts'],
    named: 'the last record deleted',
  },
  {
    faults: ['impossible-instants'],
    without: 'the order of instants',
    file: 'packages/result-aggregator/src/audit/instant-problem.ts',
    edits: [['if (before && ms < before.ms - slackMs)', 'if (before && ms < before.ms - 1e9)']],
    tests: ['packages/result-aggregator/src/audit/run-audit.test.ts'],
    named: 'a first token before sending',
  },
  {
    faults: ['own-limits'],
    without: 'limits of our own',
    file: 'packages/result-aggregator/src/measure/judge-job.ts',
    edits: [['if (!isDeepStrictEqual(validity.limits, defaultLimits))', 'if (validity.limits === undefined)']],
    tests: ['packages/result-aggregator/src/measure/judge-job.test.ts'],
  },
  {
    faults: ['two-writers'],
    without: 'asking whether the owner of a lock lives',
    file: 'packages/result-aggregator/src/run-folder/lock-owner.ts',
    edits: [["return isRunning(owner) ? 'alive' : 'gone'", "return 'gone'"]],
    tests: ['packages/result-aggregator/src/run-folder/run-lock.test.ts'],
    named: 'another process that lives',
  },
  {
    faults: ['reused-process-number'],
    without: 'the start of a process beside its number',
    file: 'packages/result-aggregator/src/run-folder/lock-owner.ts',
    edits: [['return startTicksOf(pid) === startTicks', 'return startTicksOf(pid) !== undefined']],
    tests: ['packages/result-aggregator/src/run-folder/run-lock.test.ts'],
    named: 'the number of a process',
  },
  {
    faults: ['link-in-place-of-a-part'],
    without: 'a name that nobody knows for an unfinished file',
    file: 'packages/result-aggregator/src/run-folder/write-file-whole.ts',
    edits: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template
      ['`${path}.${crypto.randomUUID()}.part`', '`${path}.part`'],
      ["flag: 'wx'", "flag: 'w'"],
    ],
    tests: ['packages/result-aggregator/src/run-folder/hostile-files.test.ts'],
    named: 'that has the name of a part',
  },
  {
    faults: ['link-in-place-of-a-journal'],
    without: 'keeping to the file itself',
    file: 'packages/result-aggregator/src/run-folder/open-plain-file.ts',
    edits: [['flags | constants.O_NOFOLLOW | constants.O_NONBLOCK', 'flags | constants.O_NONBLOCK']],
    tests: ['packages/result-aggregator/src/run-folder/hostile-files.test.ts'],
    named: 'when a run goes on',
  },
]
