import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'

/**
 * Makes the bundle whole: what our sources read from disk beside themselves goes into it as text, and where they start `reprise` again,
 * they start the bundled one. Any other look at a file beside a source would fail on a runner, so it fails here.
 */
export function embedFiles(root: string): Plugin {
  return {
    name: 'embed-files',
    setup(build) {
      build.onLoad(
        { filter: /[/\\]result-aggregator[/\\]src[/\\]report-file[/\\]report-assets\.ts$/ },
        async ({ path }) => {
          const readers = (await import(pathToFileURL(path).href)) as Readonly<Record<string, () => Assets>>
          const pages = Object.entries(readers).map(([name, read]) => ({ name, assets: read() }))
          const libraries = [...new Set(pages.map(({ assets }) => assets.chartLibrary))]
          const lines = pages.map(({ name, assets: { chartLibrary, ...own } }) => {
            const library = `libraries[${libraries.indexOf(chartLibrary)}]`
            return `export const ${name} = () => ({ chartLibrary: ${library}, ...${JSON.stringify(own)} })`
          })
          return { loader: 'ts', contents: [`const libraries = ${JSON.stringify(libraries)}`, ...lines].join('\n') }
        },
      )
      // Of the sources: a bundle is cut into files, and none of them is the reader.
      build.onLoad({ filter: /[/\\]source[/\\]cache[/\\]reader-version\.ts$/ }, async ({ path }) => {
        const { readerVersion } = (await import(pathToFileURL(path).href)) as { readerVersion: () => Promise<string> }
        return {
          loader: 'ts',
          contents: `export const readerVersion = async () => ${JSON.stringify(await readerVersion())}`,
        }
      })
      build.onLoad({ filter: /[/\\](packages|actions)[/\\].*\.ts$/ }, async ({ path }) => {
        if (/[/\\]node_modules[/\\]/.test(path)) return undefined
        const contents = (await readFile(path, 'utf8'))
          .replaceAll(ownCommand, "new URL('./reprise.mjs', import.meta.url)")
          .replaceAll(ownThread, "new URL('./$1.mjs', import.meta.url)")
          .replaceAll(ownPages, "''")
        const stray = handled.reduce((text, each) => text.replaceAll(each, ''), contents).match(/\bimport\.meta\b.*/)
        if (stray) return { errors: [{ text: `${relative(root, path)} looks beside itself: ${stray[0]}` }] }
        return { loader: 'ts', contents }
      })
      // Our messages are in English, and the texts of the fifty other languages are a tenth of the bundle.
      build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
        loader: 'js',
        contents: "export { default as en } from './en.js'",
      }))
      // Tokens of GitHub's identity provider are no business of ours, and bring an HTTP client of their own.
      build.onLoad({ filter: /[/\\]@actions[/\\]core[/\\]lib[/\\]oidc-utils\.js$/ }, () => ({
        loader: 'js',
        contents: 'export class OidcClient {}',
      }))
    },
  }
}

/** What goes into a page; the library of pictures is that of all. */
interface Assets {
  readonly chartLibrary: string
}

/** Looks that are right in a bundle: at the bundled command and its threads, and at a program that may be missing, which is told there. */
const handled = [
  "new URL('./reprise.mjs', import.meta.url)",
  "new URL('./sampler-thread.mjs', import.meta.url)",
  "new URL('./simulate-thread.mjs', import.meta.url)",
  "new URL('./recording-thread.mjs', import.meta.url)",
  "new URL('./sender-process.ts', import.meta.url)",
]

/** Nobody asks a bundle for help: it has no pages, and says so. */
const ownPages = "join(import.meta.dirname, '../../../../../docs')"

const ownThread = /new URL\('\.\/((?:sampler|recording|simulate)-thread)\.ts', import\.meta\.url\)/g
const ownCommand = /new URL\('[./]*\/bin\/reprise\.mjs', import\.meta\.url\)/g
