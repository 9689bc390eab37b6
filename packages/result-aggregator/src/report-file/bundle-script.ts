import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * A TypeScript file and all that it imports by path as one plain script, dependencies first. The files share one scope, so their top-level
 * names must differ: a script with two of a kind does not parse, which a test would see.
 */
export function bundleScript(entry: string): string {
  const parts = new Map<string, string>()
  const visit = (path: string) => {
    if (parts.has(path)) return
    parts.set(path, '')
    const text = stripTypes(readFileSync(path, 'utf8'))
    for (const [, name] of text.matchAll(importStatement)) visit(join(dirname(path), name!))
    parts.delete(path)
    parts.set(path, text.replace(importStatement, '').replace(/^export /gm, ''))
  }
  visit(entry)
  return `(() => {\n'use strict'\n${[...parts.values()].map(compact).join('\n')}\n})()\n`
}

const importStatement = /^import\s[^;'"]*?from\s*['"](\.[^'"]+)['"][ \t]*$/gm

/** Node runs these sources by the same stripping; calling it by name is what it warns of, and that is no news for a user. */
function stripTypes(text: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(text)
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Without doc comments and the blanks that types leave behind at the ends of lines. */
function compact(text: string): string {
  return text
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\s*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}
