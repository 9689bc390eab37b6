/**
 * The stages of a launch, in order. `queue`: the host's scheduler gives nodes; `pull`: the image comes; `start`: the process is there;
 * `load`: weights; `ready`: health answers 200; `warm`: a first reply came. A host that has no queue or no image goes through the others.
 */
export const launchPhases = ['queue', 'pull', 'start', 'load', 'ready', 'warm'] as const
export type LaunchPhase = (typeof launchPhases)[number]
