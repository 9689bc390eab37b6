import { expect, test } from 'vitest'
import { allocationWords } from './allocation-words.ts'
import { describeQueuePlace } from './queue-place.ts'
import type { SlurmJob } from './slurm-job.ts'
import { stepWords } from './step-words.ts'

const allocation = { exclude: [], nodes: 2, gpusPerNode: 8, exclusive: true, timeLimitMinutes: 90 }
const request = { allocation, label: 'reprise-1', comment: '{"label":"reprise-1"}', leftOut: [] }

test('an allocation of whole nodes, and nothing else said', () => {
  expect(allocationWords(request)).toEqual([
    ...['sbatch', '--parsable', '--no-requeue', '--job-name=reprise-1', '--comment={"label":"reprise-1"}'],
    ...['--nodes=2', '--ntasks-per-node=1', '--gres=gpu:8', '--exclusive', '--mem=0', '--time=90'],
    ...['--output=/dev/null', '--error=/dev/null'],
  ])
})

test('an allocation of a part of a node, with all that a cluster may want; what was unfit is left out once', () => {
  const asked = {
    partition: 'gpu',
    account: 'bench',
    qos: 'high',
    constraint: 'h100&ib',
    cpusPerTask: 32,
    memory: '200G',
  }
  const part = { ...allocation, ...asked, nodes: 1, gpusPerNode: 4, exclusive: false, exclude: ['gpu7', 'gpu8'] }
  const words = allocationWords({ ...request, allocation: part, leftOut: ['gpu8', 'gpu9'] })
  expect(words.slice(5)).toEqual([
    ...['--nodes=1', '--ntasks-per-node=1', '--cpus-per-task=32', '--gres=gpu:4', '--mem=200G'],
    ...['--partition=gpu', '--account=bench', '--qos=high', '--constraint=h100&ib', '--exclude=gpu7,gpu8,gpu9'],
    ...['--time=90', '--output=/dev/null', '--error=/dev/null'],
  ])
})

const step = {
  jobId: 12,
  node: 'gpu3',
  stepName: 'decode-0.0',
  cpus: 32,
  variables: ['A', 'PATH'],
  argv: ['x', '--y=$(z)'],
}

test('a step with accelerators of its own, its output in a file whose name is no pattern', () => {
  expect(stepWords({ ...step, gpus: 4, logFile: '/s/50%/x.log' })).toEqual([
    ...[
      'srun',
      '--jobid=12',
      '--job-name=decode-0.0',
      '--nodes=1',
      '--ntasks=1',
      '--nodelist=gpu3',
      '--cpus-per-task=32',
    ],
    ...['--exact', '--gres=gpu:4', '--mem=0', '--input=none', '--kill-on-bad-exit=1', '--export=PATH,HOME,LANG,USER,A'],
    ...['--output=/s/50%%/x.log', '--open-mode=append', '--', 'x', '--y=$(z)'],
  ])
})

test('a step that shares its node, in a container: the values of its variables are in no list of processes', () => {
  const mounts = [
    { from: '/models', to: '/models', readOnly: true },
    { from: '/scratch', to: '/s', readOnly: false },
  ]
  const container = { squashFile: '/i/x.sqsh', mounts, remapRoot: true, writable: false, mountHome: false }
  expect(stepWords({ ...step, mpi: 'none', container }).slice(7)).toEqual([
    ...['--overlap', '--gres=none', '--mem=0', '--input=none', '--kill-on-bad-exit=1', '--mpi=none'],
    ...[
      '--export=PATH,HOME,LANG,USER,A',
      '--container-image=/i/x.sqsh',
      '--container-mounts=/models:/models:ro,/scratch:/s',
    ],
    ...['--container-env=A,PATH', '--container-remap-root', '--container-readonly', '--no-container-mount-home'],
    ...['--', 'x', '--y=$(z)'],
  ])
})

const waiting = (id: number, priority: number, more: Partial<SlurmJob> = {}): SlurmJob => {
  return { id, name: 'x', states: ['PENDING'], partition: 'gpu', priority, ...more }
}

test('the place in a queue counts what goes before: by priority, and of two alike the older', () => {
  const mine = waiting(7, 10, { reason: 'Resources', startS: 1795889100 })
  const queue = [
    mine,
    waiting(3, 10),
    waiting(9, 10),
    waiting(8, 20),
    waiting(1, 5),
    waiting(2, 99, { partition: 'cpu' }),
  ]
  const all = [...queue, { ...waiting(4, 50), states: ['RUNNING'] }]
  expect(describeQueuePlace(mine, all)).toBe('3rd of 5 in gpu, Resources, expected to start at 18:05 UTC')
  expect(describeQueuePlace({ id: 7, name: 'x', states: ['PENDING'] }, all)).toBe('')
  expect(describeQueuePlace(waiting(7, 1, { reason: 'a\u001b[31m' }), [])).toMatch(/^1st of 0 in gpu, a/)
})
