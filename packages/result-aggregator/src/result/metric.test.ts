import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MetricName } from './metric.ts'

const glossary = readFileSync(join(import.meta.dirname, '../../../../docs/glossary.md'), 'utf8')
const names = [...glossary.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, cell]) => cell!.match(/\w+/g))

test.each(MetricName.options)('the glossary has a row on %s', (name) => {
  expect(names).toContain(name)
})
