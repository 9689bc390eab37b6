import { type EngineConfig, stepLines } from '@reprise/engine-sim'
import { decodeEngineOf, type StepListener } from '@reprise/engine-sim/core'
import { pathWith } from '../options/path-with.ts'
import { StepFile } from './step-file.ts'

/** The steps of a simulated run, as files: one for each engine that steps, the name of which stands in its path where there are several. */
export class StepFiles {
  readonly #path: string
  readonly #engine: EngineConfig
  readonly #files: StepFile[] = []

  constructor(path: string, engine: EngineConfig) {
    this.#path = path
    this.#engine = engine
  }

  /** For one engine. @throws UsageError where its file cannot be written. */
  listener(engine: string | undefined): StepListener {
    const file = new StepFile(pathWith(this.#path, engine))
    this.#files.push(file)
    const isDecoding = engine?.startsWith('decode-')
    return stepLines(isDecoding ? decodeEngineOf(this.#engine) : this.#engine, (line) => file.line(line))
  }

  /** Every file gets its name. @throws UsageError where one could not be written. */
  close(): void {
    const failures: unknown[] = []
    for (const file of this.#files) {
      try {
        file.close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /** Leaves none. */
  discard(): void {
    for (const file of this.#files) file.discard()
  }
}
