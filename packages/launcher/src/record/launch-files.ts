/** The files that a launch, or an evaluation, leaves in its folder. */
export const launchFiles = {
  log: 'server.log',
  server: 'server.json',
  launch: 'launch.json',
  failure: 'launch-failure.json',
  end: 'launch-end.json',
  evaluation: 'eval.json',
  evaluationLog: 'eval.log',
} as const

/** Beside a log: how its process ended, and what it has started. */
export const logCompanions = (log: string): readonly string[] => [`${log}.end`, `${log}.kin`]
