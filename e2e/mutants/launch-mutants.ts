import type { Mutant } from './mutant.ts'

const host = 'packages/launcher/src/host'
const launch = 'packages/launcher/src/launch'

/** What goes wrong while a server is started and ended. */
export const launchMutants: readonly Mutant[] = [
  {
    faults: ['pipe-as-end'],
    without: 'looking what stands in the place of an end',
    file: 'packages/launcher/src/host/read-small-file.ts',
    edits: [["throw new Error('no small file')", 'return \'{"exitCode":0}\'']],
    tests: ['packages/launcher/src/host/watch-end.test.ts'],
    named: 'a pipe that nobody writes to',
  },
  {
    faults: ['late-launch'],
    without: 'ending a server that a host brings to life after its deadline',
    file: `${launch}/launch.ts`,
    edits: [['if (signal.aborted) await this.#host.cleanUp(this.#plan.label, { graceS: this.#plan.stopGraceS })', '']],
    tests: [`${launch}/late-host.test.ts`],
    named: 'takes no notice of the deadline',
  },
  {
    faults: ['late-launch'],
    without: 'ending what a process host has started when it is not wanted any more',
    file: `${host}/process-host.ts`,
    edits: [['await endProcesses(ownership, label, 0)', '']],
    tests: [`${host}/process-host.test.ts`],
    named: 'not wanted any more',
  },
  {
    faults: ['lost-worker'],
    without: 'remembering the descendants of a server',
    file: `${host}/ownership.ts`,
    edits: [['flatMap((file) => [...readKin(file)])', 'flatMap((): [number, number][] => [])']],
    tests: [`${host}/process-host.test.ts`],
    named: 'nothing ties to its server',
  },
  {
    faults: ['reused-pid'],
    without: 'telling a process from a later one with its number',
    file: `${host}/owned-processes.ts`,
    edits: [['known.get(pid) === startTicks', 'known.has(pid)']],
    tests: [`${host}/owned-processes.test.ts`],
  },
  {
    faults: ['blame'],
    without: 'the precedence of complaints about the command line',
    file: 'packages/launcher/src/readiness/root-cause.ts',
    edits: [['if (usage !== undefined) return', "if (usage === 'none') return"]],
    tests: ['packages/launcher/src/readiness/root-cause.test.ts'],
  },
  {
    faults: ['blame'],
    without: 'passing over what is harmless',
    file: 'packages/launcher/src/readiness/host-signs.ts',
    edits: [['if (harmless.some((words) => words.test(line)) || mildLevel.test(line)) return undefined', '']],
    tests: ['packages/launcher/src/readiness/root-cause.test.ts'],
  },
  {
    faults: ['secret-address'],
    without: 'refusing secrets in an address',
    file: 'packages/replay-engine/src/endpoint/endpoint-url.ts',
    edits: [["if (url.username !== '' || url.password !== '' || /[?#]/.test(text))", "if (text === '')"]],
    tests: ['packages/replay-engine/src/endpoint/endpoint-url.test.ts', 'e2e/secrets.test.ts'],
    named: 'refused',
  },
]
