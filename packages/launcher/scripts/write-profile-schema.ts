/** Writes configs/schemas/runner-profile.schema.json from the zod schema; a test fails when they differ. Run after every change of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderProfileJsonSchema } from '../src/profile/profile-json-schema.ts'

const folder = join(import.meta.dirname, '../../../configs/schemas')
writeFileSync(join(folder, 'runner-profile.schema.json'), renderProfileJsonSchema())
