import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { collectLicenses } from './collect-licenses.ts'
import { embedFiles } from './embed-files.ts'
import { nameChunks } from './name-chunks.ts'

/** The actions, what cleans up after one of them, and the command line for the servers that they start. */
export const entries = [
  'generate-matrix',
  'launch-server',
  'launch-server-post',
  'replay',
  'evaluate',
  'build-results',
  'collect-results',
  'reprise',
] as const

/** Threads of the command line, which are started as files that lie beside it. */
const threads = {
  'sampler-thread': 'packages/cli/src/run/sampler-thread.ts',
  'simulate-thread': 'packages/cli/src/run/simulate-thread.ts',
  'recording-thread': 'packages/capture/src/thread/recording-thread.ts',
}

export interface BundledFile {
  /** Name inside `actions/dist/`. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface Bundle {
  readonly files: readonly BundledFile[]
  /** What went into it, as paths from the root. */
  readonly inputs: readonly string[]
}

/**
 * All files of `actions/dist/`, in the order of their names. The same sources give the same bytes, wherever the repository lies.
 * What entries have in common stands in chunks of its own, so that it is there once.
 */
export async function bundleActions(root: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      ...Object.fromEntries(entries.map((name) => [name, `actions/src/entries/${name}.ts`])),
      ...threads,
    },
    outdir: 'actions/dist',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // As Node reads the sources; a tsconfig.json that is not there, or changes, must not change a byte.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
    // Some libraries are CommonJS and ask for Node's own modules by `require`, which an ES module does not have.
    banner: {
      js: "import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);",
    },
    plugins: [embedFiles(root)],
  })
  const made = outputFiles.map(({ path, text }) => ({ name: basename(path), text }))
  const files = nameChunks(made, metafile.outputs).map(({ name, text }) => ({ name, bytes: Buffer.from(text) }))
  const inputs = Object.keys(metafile.inputs).sort()
  const licenses = { name: 'licenses.txt', bytes: Buffer.from(collectLicenses(root, inputs)) }
  return { files: [...files, licenses].sort((a, b) => (a.name < b.name ? -1 : 1)), inputs }
}

/** Where the bundle belongs. */
export const distFolder = (root: string): string => join(root, 'actions/dist')
