import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The libraries in the bundle, by name, each with its licence and the text of it. `inputs` are the bundled files, from the root. */
export function collectLicenses(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))
  for (const folder of embedded) folders.add(folder)
  const libraries = [...folders]
    .map((folder) => library(join(root, folder)))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
  return [
    'The files in this folder contain these libraries.',
    ...libraries.map(({ title, text }) => `${'='.repeat(80)}\n${title}\n\n${text}`),
    '',
  ].join('\n\n')
}

/** The chart library is embedded as text, and has its drawing library in it. */
export const embedded = ['node_modules/echarts', 'node_modules/zrender']

/** `node_modules/@scope/name` of a file in it. */
export function packageFolder(path: string): string | undefined {
  return path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0]
}

function library(folder: string): { title: string; text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const files = globSync('{LICENSE,LICENCE,license,licence,NOTICE}*', { cwd: folder }).sort()
  const texts = files.map((file) => join(folder, file)).filter((file) => statSync(file).isFile())
  const text = texts.map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n')
  return { title: `${name} ${version} (${license})`, text: text || told(license) }
}

/** A few libraries name their licence and do not bring its text. */
function told(license: string | undefined): string {
  return license === undefined ? 'no licence' : `Its package names the licence (${license}) and has no text of it.`
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}
