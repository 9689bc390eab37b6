import type { SlurmSeat } from '../plan/slurm-allocation.ts'

/** One command on one node of an allocation. */
export interface StepRequest {
  /** A number, or what stands for one in a plan. */
  readonly jobId: number | string
  readonly node: string
  /** Finds it again among the steps of its job. */
  readonly stepName: string
  readonly cpus: number | string
  /** Accelerators that are its own, as its processors are then; absent: it shares the node with all others, and gets none. */
  readonly gpus?: number
  /** Names of the variables that it gets; their values are those of the client that starts it, and so in no list of processes. */
  readonly variables: readonly string[]
  /** For what it writes; absent: the client's own output. */
  readonly logFile?: string
  /** Absent: on the node as it is. */
  readonly container?: StepContainer
  /** Absent: as the cluster does it. */
  readonly mpi?: string
  readonly argv: readonly string[]
}

export type StepContainer = Omit<Extract<SlurmSeat, { kind: 'container' }>, 'kind' | 'image' | 'imageFolder'> & {
  /** The imported image, as the nodes see it. */
  readonly squashFile: string
}

/** What every command of a node needs to find its way. */
const common = ['PATH', 'HOME', 'LANG', 'USER']

/**
 * The words that start a step.
 *
 * Slurm says which accelerators a step of its own gets. A memory of 0 asks for none for itself: with the default, the first step of a node
 * has all of it, and a second one waits for ever.
 *
 * Source: srun(1), `--exact`, `--overlap`, `--mem`, `--export`; the usage page of pyxis for `--container-*`.
 */
export function stepWords({ variables, logFile, container, mpi, argv, ...step }: StepRequest): string[] {
  return [
    'srun',
    `--jobid=${step.jobId}`,
    `--job-name=${step.stepName}`,
    '--nodes=1',
    '--ntasks=1',
    `--nodelist=${step.node}`,
    `--cpus-per-task=${step.cpus}`,
    ...(step.gpus === undefined ? ['--overlap', '--gres=none'] : ['--exact', `--gres=gpu:${step.gpus}`]),
    '--mem=0',
    '--input=none',
    '--kill-on-bad-exit=1',
    ...(mpi === undefined ? [] : [`--mpi=${mpi}`]),
    `--export=${[...new Set([...common, ...variables])].join(',')}`,
    ...(logFile === undefined ? [] : [`--output=${escaped(logFile)}`, '--open-mode=append']),
    ...(container ? containerWords(container, variables) : []),
    '--',
    ...argv,
  ]
}

/** `%` begins a pattern in the name of an output file. */
function escaped(file: string): string {
  return file.replaceAll('%', '%%')
}

/** A variable that the image sets too is taken from outside only where it is named. */
function containerWords(container: StepContainer, variables: readonly string[]): string[] {
  const { squashFile, mounts, remapRoot, writable, mountHome } = container
  const bound = mounts.map(({ from, to, readOnly }) => `${from}:${to}${readOnly ? ':ro' : ''}`)
  return [
    `--container-image=${squashFile}`,
    ...(bound.length > 0 ? [`--container-mounts=${bound.join(',')}`] : []),
    ...(variables.length > 0 ? [`--container-env=${variables.join(',')}`] : []),
    ...(remapRoot ? ['--container-remap-root'] : ['--no-container-remap-root']),
    ...(writable ? ['--container-writable'] : ['--container-readonly']),
    ...(mountHome ? ['--container-mount-home'] : ['--no-container-mount-home']),
  ]
}
