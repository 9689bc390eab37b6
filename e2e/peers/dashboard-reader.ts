import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { PeerSource } from './peer-source.ts'

export interface DashboardReader {
  /** Whether this commit knows the nested form of August 2026. */
  readonly readsNested: boolean
  /** What it takes from a row, and why it would have left it out. */
  read(row: object): {
    readonly metrics: Readonly<Record<string, number>> | undefined
    readonly skips: readonly string[]
  }
}

/** InferenceX-app's mapper of rows, bundled from the newest commit of the source. */
export async function dashboardReader(source: PeerSource, out: string): Promise<DashboardReader> {
  const root = source.at('HEAD', 'packages/db/src', 'packages/constants/src')
  const etl = join(root, 'packages/db/src/etl')
  const entry = join(root, 'reader.ts')
  const nested = existsSync(join(etl, 'agentic-v3-flatten.ts'))
  writeFileSync(
    entry,
    `export { mapBenchmarkRow } from ${JSON.stringify(join(etl, 'benchmark-mapper'))}\n` +
      `export { createSkipTracker } from ${JSON.stringify(join(etl, 'skip-tracker'))}\n`,
  )
  const outfile = `${out}.mjs`
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    alias: { '@semianalysisai/inferencex-constants': join(root, 'packages/constants/src/index.ts') },
  })
  const { mapBenchmarkRow, createSkipTracker } = await import(pathToFileURL(outfile).href)
  return {
    readsNested: nested,
    read(row) {
      const tracker = createSkipTracker()
      // Before it knew agents it wanted lengths of every row.
      const mapped = mapBenchmarkRow(row, tracker, { isl: 1, osl: 1 })
      const skips = Object.entries(tracker.skips as Record<string, number>).flatMap(([name, count]) =>
        count > 0 ? [name] : [],
      )
      return { metrics: mapped?.metrics, skips }
    },
  }
}
