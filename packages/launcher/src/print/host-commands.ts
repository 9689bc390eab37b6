import { containerName, containerWords } from '../docker/container-words.ts'
import type { DockerPlan, LaunchPlan, SlurmPlan } from '../plan/launch-plan.ts'
import { placeCopies } from '../plan/place-copies.ts'
import { copiesOf, type Word } from '../plan/planned-process.ts'
import { allocationWords } from '../slurm/allocation-words.ts'
import { stepName, withDevices } from '../slurm/copy-step.ts'
import { stepWords } from '../slurm/step-words.ts'

/**
 * The commands of the host's own tools that start the processes of a plan, word by word and in their order. What is only known at the start
 * stands in braces: `{port}`, `{owner}`, `{job}`, `{node:0}`. None for a process host, which starts the processes themselves.
 */
export function hostCommands(plan: LaunchPlan): readonly (readonly string[])[] {
  switch (plan.host) {
    case 'process':
      return []
    case 'docker':
      return dockerCommands(plan)
    case 'slurm':
      return slurmCommands(plan)
  }
}

/** What stands once for each copy of a role is shown once, with the role before its names: `{prefill.port}`. */
export function shownWords(argv: readonly Word[]): string[] {
  return argv.flatMap((word) =>
    typeof word === 'string' ? [word] : word.words.map((each) => each.replaceAll('{', `{${word.each}.`)),
  )
}

function dockerCommands(plan: DockerPlan): string[][] {
  const { label, image } = plan
  return copiesOf(plan.processes).flatMap((copy) => {
    const command = { argv: shownWords(copy.planned.argv), env: copy.planned.env }
    const create = containerWords({ plan, label, owner: '{owner}', copy, imageId: image, command })
    return [
      ['docker', ...create],
      ['docker', 'start', '--', containerName(label, copy.name)],
    ]
  })
}

function slurmCommands({ label, allocation, seat, processes }: SlurmPlan): string[][] {
  const container = seat.kind === 'container' ? { ...seat, squashFile: '{squash}' } : undefined
  const placed = placeCopies(processes, allocation.gpusPerNode)
  const steps = placed.flatMap(({ copy, nodes, gpusPerNode }) =>
    nodes.map((node, rank) =>
      stepWords({
        jobId: '{job}',
        node: `{node:${node}}`,
        stepName: stepName(copy, rank),
        cpus: '{cpus}',
        ...(gpusPerNode > 0 && { gpus: gpusPerNode }),
        variables: Object.keys(copy.planned.env),
        logFile: '{log}',
        ...(container && { container: withDevices(container, copy.planned.devices) }),
        ...(allocation.mpi !== undefined && { mpi: allocation.mpi }),
        argv: shownWords(copy.planned.argv),
      }),
    ),
  )
  return [allocationWords({ allocation, label, comment: '{owner}', leftOut: [] }), ...steps]
}
