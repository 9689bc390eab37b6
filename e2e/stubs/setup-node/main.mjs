const { env, versions } = process
const [major] = versions.node.split('.')
if (major !== env['INPUT_NODE-VERSION']) throw new Error(`Node ${versions.node} is on the path`)
