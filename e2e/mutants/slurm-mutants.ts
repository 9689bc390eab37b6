import type { Mutant } from './mutant.ts'

const host = 'packages/launcher/src/host/slurm'
const slurm = 'packages/launcher/src/slurm'

/** What goes wrong on a cluster, and while an image comes to it. */
export const slurmMutants: readonly Mutant[] = [
  {
    faults: ['unfit-node'],
    without: 'leaving out a node that is unfit',
    file: `${host}/slurm-host.ts`,
    edits: [['if (checked.unfit.length === 0) return', 'if (checked.unfit.length >= 0) return']],
    tests: [`${host}/slurm-launch.test.ts`],
    named: 'a node that is unfit',
  },
  {
    faults: ['node-failure'],
    without: 'asking why an allocation ended',
    file: `${host}/running-steps.ts`,
    edits: [['if (cause !== undefined) return { cause }', '']],
    tests: [`${host}/slurm-launch.test.ts`],
    named: 'learns why',
  },
  {
    faults: ['image-race'],
    without: 'waiting for whoever imports the same image',
    file: `${host}/import-image.ts`,
    edits: [['if (holder === undefined) break', 'if (holder !== null) break']],
    tests: [`${host}/import-image.test.ts`],
  },
  {
    faults: ['cut-image'],
    without: 'looking how long an image is',
    file: `${host}/import-image.ts`,
    edits: [['return length !== undefined && (await stat(file)).size >= length', 'return length !== undefined']],
    tests: [`${host}/import-image.test.ts`],
  },
  {
    faults: ['dead-importer'],
    without: 'taking the lock of a launcher that is dead',
    file: `${host}/folder-lock.ts`,
    edits: [['return !isAlive(launcher)', 'return false']],
    tests: [`${host}/import-image.test.ts`],
  },
  {
    faults: ['slurm-versions'],
    without: 'numbers as later versions of Slurm write them',
    file: `${slurm}/slurm-json.ts`,
    edits: [['return value?.set && !value.infinite ? value.number : undefined', 'return undefined']],
    tests: [`${slurm}/slurm-job.test.ts`],
  },
  {
    faults: ['completing-job'],
    without: 'waiting for a job that completes',
    file: `${slurm}/slurm-job.ts`,
    edits: [["return !states.includes('COMPLETING') && states", 'return states']],
    tests: [`${slurm}/slurm-job.test.ts`],
  },
  {
    faults: ['hopeless-job'],
    without: 'telling a job that waits for ever from one whose time may come',
    file: `${slurm}/judge-slurm.ts`,
    edits: [['if (cure !== undefined)', 'if (cure === null)']],
    tests: [`${slurm}/judge-slurm.test.ts`],
  },
  {
    faults: ['node-failure'],
    without: 'keeping a job that lost a node out of the queue',
    file: `${slurm}/allocation-words.ts`,
    edits: [["    '--no-requeue',\n", '']],
    tests: [`${slurm}/slurm-words.test.ts`],
  },
  {
    faults: ['shared-node'],
    without: 'accelerators of its own for each server of a node',
    file: 'packages/launcher/src/plan/place-copies.ts',
    edits: [['used + gpus <= gpusPerNode', 'used <= gpusPerNode']],
    tests: ['packages/launcher/src/plan/place-copies.test.ts'],
  },
]
