import { LaunchError } from '../plan/launch-error.ts'

/** Values by name; they go into the environment of a process, and nowhere else. */
export type Secrets = Readonly<Record<string, string>>

/** What a plan asks of the environment of whoever launches. @throws LaunchError that names what is missing, when something is. */
export function readSecrets(names: readonly string[]): Secrets {
  const missing = names.filter((name) => (process.env[name] ?? '') === '')
  if (missing.length > 0) {
    const message = `the environment has no ${missing.join(', ')}, which the runner's profile asks for under secret-env; set it where reprise is started`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]!]))
}
