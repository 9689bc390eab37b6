import type { Distribution } from './distribution.ts'
import type { AgentShape, Shapes } from './shapes.ts'

/** Of a subagent's first turn, beyond tools and system prompt, and of what follows a reset. */
const taskTokens: Distribution = [
  [0, 500],
  [0.1, 1500],
  [0.5, 8000],
  [0.9, 30_000],
  [1, 120_000],
]

/** What roots and subagents have in common. */
const anyAgent = {
  resetTokens: taskTokens,
  outputTokens: [
    [0, 20],
    [0.1, 105],
    [0.25, 137],
    [0.5, 216],
    [0.75, 429],
    [0.9, 899],
    [0.95, 1543],
    [0.99, 3663],
    [1, 18_195],
  ],
  openingTokens: [
    [0, 70],
    [0.25, 420],
    [0.5, 1100],
    [0.75, 5000],
    [0.9, 13_000],
    [1, 60_000],
  ],
  growthTokens: [
    [0, 70],
    [0.25, 250],
    [0.5, 646],
    [0.75, 1800],
    [0.9, 3520],
    [0.95, 6126],
    [0.99, 15_300],
    [1, 120_000],
  ],
  thinkMs: [
    [0, 500],
    [0.1, 2500],
    [0.25, 6000],
    [0.5, 10_000],
    [0.75, 34_000],
    [0.9, 171_000],
    [0.95, 472_000],
    [0.99, 3_040_000],
    [1, 77_589_000],
  ],
  apiMs: [
    [0, 1230],
    [0.25, 3900],
    [0.5, 6130],
    [0.75, 10_500],
    [0.9, 18_400],
    [0.95, 28_500],
    [0.99, 60_700],
    [1, 300_030],
  ],
  ttftShare: [
    [0, 0.1],
    [0.5, 0.4],
    [1, 0.9],
  ],
  limitTokens: [
    [0, 60_000],
    [0.25, 130_000],
    [0.5, 170_000],
    [0.75, 250_000],
    [0.9, 420_000],
    [1, 894_371],
  ],
  streamedShare: 0.085,
  /** Recordings keep only the head in 1.6 % of pairs, half of them at the same length; more compactions come from `limitTokens`. */
  rewrites: [
    { kind: 'last-block', share: 0.0408 },
    { kind: 'head-kept', share: 0.008 },
    { kind: 'compaction', share: 0.004 },
    { kind: 'mostly-kept', share: 0.0093 },
    { kind: 'reset', share: 0.0017 },
    { kind: 'half-kept', share: 0.0012 },
    { kind: 'identical', share: 0.0002 },
  ],
} as const satisfies Partial<AgentShape>

/**
 * The shapes of recorded agentic coding sessions, as far as they are known: quantiles of 710 public traces. Ends that were not
 * measured are set so that the tail keeps its slope. Tokens and blocks are at scale 1; blocks are of 64 tokens.
 *
 * Source: kv-cache-tester's public WEKA traces; shares of pairs and figures of subagents from the same set.
 */
export const agentShapes = {
  root: {
    ...anyAgent,
    turns: [
      [0, 3],
      [0.1, 7],
      [0.25, 18],
      [0.5, 45],
      [0.75, 94],
      [0.9, 155],
      [0.99, 329],
      [1, 514],
    ],
    toolTokens: [
      [0, 890],
      [0.1, 9000],
      [0.5, 12_262],
      [0.9, 14_500],
      [1, 17_261],
    ],
    systemTokens: [
      [0, 498],
      [0.5, 2772],
      [0.9, 3600],
      [1, 7462],
    ],
    /** A quarter of recordings begin inside a long conversation. */
    firstTokens: [
      [0, 500],
      [0.1, 1500],
      [0.5, 8000],
      [0.6, 20_000],
      [0.75, 88_000],
      [0.9, 244_000],
      [1, 780_000],
    ],
  },
  subagent: {
    ...anyAgent,
    turns: [
      [0, 2],
      [0.25, 7],
      [0.5, 11],
      [0.75, 14],
      [1, 24],
    ],
    toolTokens: [
      [0, 7401],
      [1, 8620],
    ],
    systemTokens: [
      [0, 551],
      [0.5, 1022],
      [1, 2304],
    ],
    firstTokens: taskTokens,
  },
  family: {
    launchMs: [
      [0, 90],
      [0.5, 480],
      [1, 1050],
    ],
    resumeMs: [
      [0, 3650],
      [0.5, 24_000],
      [0.9, 120_000],
      [1, 162_000],
    ],
    /** Of 38 groups, so many were of one, two and three. */
    groupSizes: [
      [0, 1],
      [0.55, 1],
      [0.56, 2],
      [0.78, 2],
      [0.79, 3],
      [1, 3],
    ],
    turnsPerGroup: 40,
  },
} as const satisfies Shapes
