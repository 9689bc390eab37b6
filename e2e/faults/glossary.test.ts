import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, faults } from '@reprise/replay-engine/stand-ins'
import { describe, expect, test } from 'vitest'
import { root } from '../sources.ts'

const lines = readFileSync(join(root, 'docs/glossary.md'), 'utf8').split('\n')

function rowsOf(name: string): string[] {
  return lines.filter((line) => line.startsWith(`| \`${name}\` |`))
}

describe('the glossary', () => {
  test.each(Object.entries<Fault>(faults))(
    'has a line on %s, with what it does to requests',
    (name, { what, ends }) => {
      const [row, ...others] = rowsOf(name).filter((line) => line.includes(what))
      expect(others).toEqual([])
      for (const end of ends) expect(row).toContain(`\`${end}\``)
    },
  )

  test('has a line on every class that they end in', () => {
    const classes = new Set(Object.values<Fault>(faults).flatMap(({ ends }) => ends))
    expect([...classes].filter((name) => rowsOf(name).length === 0)).toEqual([])
  })

  test.each(['disk-full', 'clock-step', 'given-up'])('has a line on %s', (name) => {
    expect(rowsOf(name)).toHaveLength(1)
  })
})
