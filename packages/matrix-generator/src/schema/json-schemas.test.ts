import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderJsonSchemas } from './json-schemas.ts'

const folder = join(import.meta.dirname, '../../../../configs/schemas')

test.each([...renderJsonSchemas()])('configs/schemas/%s is what the zod schema says', (file, text) => {
  expect(
    existsSync(join(folder, file)),
    'run node packages/matrix-generator/scripts/write-schemas.ts, then npm run format',
  ).toBe(true)
  expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toEqual(JSON.parse(text))
})
