// The thread that samples metrics beside a run; it is found by its name.
import '@reprise/cli/sampler-thread'
