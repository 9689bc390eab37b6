import type { TraceFormat } from '../recording/trace-format.ts'
import { dynamo } from './dynamo/format.ts'
import { azure } from './lengths/azure-format.ts'
import { burstgpt } from './lengths/burstgpt-format.ts'
import { mooncake } from './mooncake/format.ts'
import { weka } from './weka/format.ts'

/** What a file is read as that no format recognises: the reasons why it is none are then told of this one. */
export const usualFormat: TraceFormat = weka

const formats: readonly TraceFormat[] = [weka, mooncake, dynamo, azure, burstgpt]

/** The format of a file whose first record this is; undefined where it is of none that is known. */
export function detectFormat(record: unknown): TraceFormat | undefined {
  return formats.find((format) => format.recognises(record))
}

/** The name of a format as readers of ours are told it; the word itself where it is of none that is known. */
export function formatTitle(name: string): string {
  return formats.find((format) => format.name === name)?.title ?? name
}
