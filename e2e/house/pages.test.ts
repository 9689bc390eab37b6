import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../sources.ts'

const pages = globSync(['*.md', 'docs/**/*.md', 'actions/*.md'], { cwd: root })

/** What a page names as a place in the repository, whole. */
function pathsIn(text: string): string[] {
  const named = [...text.matchAll(/`((?:packages|actions|benchmarks|bench|configs|docs|e2e|runners)\/[\w./-]*)`/g)]
  return [...new Set(named.map(([, path]) => path!))]
}

test.each(pages)('%s names no place that is not there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  expect(pathsIn(text).filter((path) => !existsSync(resolve(root, path)))).toEqual([])
})

test('the scan sees what it looks for', () => {
  expect(pathsIn('see `packages/a/src/b.ts`, `docs/`, `npm test` and `packages/*/src`')).toEqual([
    'packages/a/src/b.ts',
    'docs/',
  ])
})
