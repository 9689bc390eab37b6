import { Option } from 'commander'

/** The formats that traces are written in. */
export const traceTargets = ['weka', 'dynamo', 'mooncake'] as const
export type TraceTarget = (typeof traceTargets)[number]

/** `--plain`, for every command that writes traces. */
export function plainOption(): Option {
  return new Option('--plain', 'weka: .json files, which AIPerf and Dynamo read; default: .json.gz').default(false)
}
