import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../sources.ts'
import { exportedNames, takenNames } from './exports.ts'
import { projectPackages, projectTexts, type Texts } from './project-texts.ts'

const texts = projectTexts()
const packages = projectPackages()
const pages = globSync(['docs/**/*.md', '*.md'], { cwd: root }).map((path) => readFileSync(resolve(root, path), 'utf8'))
const documented = new Set(pages.flatMap((page) => [...page.matchAll(/`([\w$@/-]+)`/g)].map((match) => match[1]!)))

test.each(packages.map((each) => [each.name, each] as const))(
  '%s: each is used by another package, or documented',
  (name, { folder, entries }) => {
    // An entry that the documents name is there for whoever follows them, the contract suites; builders of tests are used at home too.
    const toBeUsed = [...entries].filter(
      ([entry, path]) => (entry === name || !documented.has(entry)) && !path.endsWith('.fixture.ts'),
    )
    const shown = new Set(toBeUsed.flatMap(([, path]) => [...exportedNames(path, texts)]))
    const taken = takenNames(
      name,
      [...texts].filter(([path]) => !path.startsWith(`${folder}/`)).map(([, text]) => text),
    )
    expect([...shown].filter((each) => !taken.has(each) && !documented.has(each))).toEqual([])
  },
)

describe('the scan sees', () => {
  const some: Texts = new Map([
    [
      'packages/a/src/index.ts',
      "export { one, type Two as Deux } from './b.ts'\nexport type * from './c.ts'\nexport function five() {}",
    ],
    ['packages/a/src/c.ts', 'export interface Three {}\nexport type Four = 1\nexport const x = 1, y = 2'],
  ])

  test('what a file exports', () => {
    expect([...exportedNames('packages/a/src/index.ts', some)]).toEqual(['one', 'Deux', 'five', 'Three', 'Four', 'x'])
  })

  test('what is taken', () => {
    const takes = (text: string) => [...takenNames('@reprise/a', [text])]
    expect(takes("import { one, type Two as Zwei } from '@reprise/a'")).toEqual(['one', 'Two'])
    expect(takes("import type { Two } from '@reprise/a/core'")).toEqual(['Two'])
    expect(takes("const { one: uno, five } = await import('@reprise/a')")).toEqual(['one', 'five'])
    expect(takes("const a = await import('@reprise/a')\na.five()")).toEqual(['five'])
    expect(takes("import { one } from '@reprise/b'\nb.five()")).toEqual([])
  })
})
