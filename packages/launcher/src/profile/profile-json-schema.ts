import { z } from 'zod'
import { RunnerProfileFile } from './runner-profile.ts'

/** The JSON Schema of `runners/<name>.yaml`, for editors; says what the zod schema says. */
export function renderProfileJsonSchema(): string {
  const json = z.toJSONSchema(RunnerProfileFile, { io: 'input', target: 'draft-7' })
  return `${JSON.stringify({ title: 'Profile of a fleet of runners', ...json }, null, 2)}\n`
}
