/**
 * A plan and a step log made by hand with blocks of 4 tokens and 4 usable blocks: two prompts of 8 tokens, the second preempted when the
 * first needs its third block, resumed when the first has ended, hitting the block that was not taken.
 */
export const handPlan = {
  block_size: 4,
  token_formula:
    'x=(block*4+j+1)>>>0; x=imul(x^(x>>>16),0x45d9f3b); x=imul(x^(x>>>16),0x45d9f3b); x=(x^(x>>>16))>>>0; word=x%4096; token id=256+word; text = " "+words[word]',
  sessions: [
    { id: 'p', turns: [{ in: 8, out: 2, blocks: [[0, 2]], tail: 900 }] },
    {
      id: 'q',
      turns: [
        { in: 8, out: 3, blocks: [[5, 2]], tail: 901 },
        { in: 9, out: 1, blocks: [[5, 2]], tail: 902 },
      ],
    },
  ],
}

export const handCfg = {
  num_blocks: 5,
  block_size: 4,
  max_num_seqs: 4,
  max_num_batched_tokens: 64,
  max_num_scheduled_tokens: 64,
  policy: 'fcfs',
  reserve_full_isl: true,
  watermark: 0,
  long_prefill_token_threshold: 0,
  async_scheduling: false,
  chunked: true,
  hash_algo: 'sha256',
  max_model_len: 16,
  free_blocks_at_start: 4,
}

/** Its last request finds the block of `q.0` that was hit, and not the one that was taken and filled with something else. */
export const handLog: readonly string[] = [
  JSON.stringify({ cfg: handCfg }),
  '{"add":"p.0","t":0.1}',
  '{"add":"q.0","t":0.1}',
  '{"s":7,"t":0.2,"run":[["p.0",8,0,1],["q.0",8,0,1]],"R":2,"W":0,"free":0,"e":0.01}',
  '{"preempt":"q.0","computed":8,"out":1,"free":0,"t":0.31}',
  '{"s":8,"t":0.3,"run":[["p.0",1,8]],"R":1,"W":1,"free":1,"e":0.01}',
  '{"s":9,"t":0.4,"run":[["q.0",5,4]],"R":1,"W":0,"free":1,"e":0.01}',
  '{"s":10,"t":0.5,"run":[["q.0",1,9]],"R":1,"W":0,"free":1,"e":0.01}',
  '{"add":"q.1","t":0.6}',
  '{"s":11,"t":0.7,"run":[["q.1",1,8,1]],"R":1,"W":0,"free":1,"e":0.01}',
]
