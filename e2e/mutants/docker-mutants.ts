import type { Mutant } from './mutant.ts'

const docker = 'packages/launcher/src/host/docker'

/** What goes wrong with containers, their images and the accelerators of a machine. */
export const dockerMutants: readonly Mutant[] = [
  {
    faults: ['docker-secret'],
    without: 'keeping secrets out of the log of a container',
    file: `${docker}/log-keeper.ts`,
    edits: [["before.replaceAll(secret, '***')", 'before']],
    tests: [`${docker}/docker-host.test.ts`],
    named: 'a secret reaches the server',
  },
  {
    faults: ['docker-flood'],
    without: 'asking once more for the last words of a container',
    file: `${docker}/log-keeper.ts`,
    edits: [['  flush()\n  lastWords()', '  flush()']],
    tests: [`${docker}/log-keeper.test.ts`],
  },
  {
    faults: ['docker-late'],
    without: 'removing a container that is not wanted any more',
    file: `${docker}/docker-host.ts`,
    edits: [['await removeContainers(owner.label, 0, copy.name)', '']],
    tests: [`${docker}/docker-host.test.ts`],
    named: 'not wanted any more',
  },
  {
    faults: ['pull-race'],
    without: 'the lock of a machine while an image is pulled',
    file: `${docker}/host-lock.ts`,
    edits: [["if (process.platform !== 'linux') return run()", 'if (path !== name) return run()']],
    tests: [`${docker}/image.test.ts`],
    named: 'pull it once',
  },
  {
    faults: ['pull-killed'],
    without: 'letting a pull outlive its launcher',
    file: `${docker}/image.ts`,
    edits: [[', outlives: true', '']],
    tests: [`${docker}/image.test.ts`],
    named: 'whose launcher is killed',
  },
  {
    faults: ['stuck-container'],
    without: 'telling that a container cannot be removed',
    file: `${docker}/containers.ts`,
    edits: [
      [
        'if (answer.exitCode !== 0 && isLast) throw',
        "if (answer.exitCode === 0 && isLast && ids.includes('never')) throw",
      ],
    ],
    tests: [`${docker}/containers.test.ts`],
    named: 'will not die',
  },
  {
    faults: ['foreign-gpu'],
    without: 'heeding processes of others on a GPU',
    file: 'packages/launcher/src/devices/device-use.ts',
    edits: [['processes.length > 0 || usedMib > idleMib', 'usedMib > idleMib']],
    tests: ['packages/launcher/src/devices/device-use.test.ts'],
  },
  {
    faults: ['orphan'],
    without: 'sparing a server that was handed over',
    file: 'packages/launcher/src/host/launch-owner.ts',
    edits: [['return !isAlive(launcher) && !wasHandedOver(label, state)', 'return !isAlive(launcher)']],
    tests: ['packages/launcher/src/host/launch-owner.test.ts'],
  },
]
