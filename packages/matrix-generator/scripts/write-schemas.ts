/** Writes configs/schemas/ from the zod schemas; a test fails when they differ. Run after every change of a schema. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderJsonSchemas } from '../src/schema/json-schemas.ts'

const folder = join(import.meta.dirname, '../../../configs/schemas')
mkdirSync(folder, { recursive: true })
for (const [file, text] of renderJsonSchemas()) writeFileSync(join(folder, file), text)
