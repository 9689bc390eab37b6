import { ConfigError, renderProblems } from '@reprise/config-file'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandFullSweep } from './expand/full-sweep.ts'
import { aprilMaster, aprilRunners, augustMaster, augustRunners, readTexts } from './testing/master-files.fixture.ts'

/** Something that a tired hand, or a merge, does to a file. */
type Edit =
  | { readonly kind: 'drop-line'; readonly at: number }
  | { readonly kind: 'repeat-line'; readonly at: number }
  | { readonly kind: 'move-line'; readonly at: number; readonly to: number }
  | { readonly kind: 'indent-line'; readonly at: number; readonly by: number }
  | { readonly kind: 'replace-value'; readonly at: number; readonly value: string }

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('drop-line' as const), at: fc.nat(200) }),
  fc.record({ kind: fc.constant('repeat-line' as const), at: fc.nat(200) }),
  fc.record({ kind: fc.constant('move-line' as const), at: fc.nat(200), to: fc.nat(200) }),
  fc.record({ kind: fc.constant('indent-line' as const), at: fc.nat(200), by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({
    kind: fc.constant('replace-value' as const),
    at: fc.nat(200),
    value: fc.constantFrom(
      'null',
      '[]',
      '{}',
      '-1',
      '0',
      '99999999',
      '1.5',
      'yes',
      '"x"',
      '[1, [2]]',
      '{ a: 1 }',
      '*x',
      '&y',
      '2026-01-01',
      '.nan',
      '~',
    ),
  }),
)

function apply(text: string, change: Edit): string {
  const lines = text.split('\n')
  const at = change.at % lines.length
  const line = lines[at]!
  if (change.kind === 'drop-line') lines.splice(at, 1)
  else if (change.kind === 'repeat-line') lines.splice(at, 0, line)
  else if (change.kind === 'move-line') lines.splice(change.to % lines.length, 0, ...lines.splice(at, 1))
  else if (change.kind === 'indent-line')
    lines[at] = change.by > 0 ? ' '.repeat(change.by) + line : line.slice(-change.by)
  else lines[at] = line.replace(/: [^:,}]+/, `: ${change.value}`)
  return lines.join('\n')
}

test('a damaged file is read, or refused with places inside it; nothing else happens', () => {
  const files = fc.constantFrom([augustMaster, augustRunners] as const, [aprilMaster, aprilRunners] as const)
  const outcomes = { read: 0, refused: 0 }
  fc.assert(
    fc.property(
      files,
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      ([master, runners], changes, compat) => {
        const damaged = changes.reduce(apply, master)
        try {
          expandFullSweep(readTexts(damaged, runners, { compat }), { allowEmpty: true })
          outcomes.read++
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
          outcomes.refused++
          expect(error.problems.length).toBeGreaterThan(0)
          for (const { place } of error.problems) {
            expect(place?.line, renderProblems(error.problems)).toBeLessThanOrEqual(
              Math.max(damaged.split('\n').length, runners.split('\n').length),
            )
          }
        }
      },
    ),
    { numRuns: 400 },
  )
  expect(outcomes.read).toBeGreaterThan(20)
  expect(outcomes.refused).toBeGreaterThan(100)
})
