import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{mkdir as t,writeFile as i}from"node:fs/promises";import{join as l,resolve as a}from"node:path";function s(n){let o=a(n),r=e=>l(o,e);return{root:o,jobFile:r("job.json"),launch:r("launch"),run:r("run"),evaluation:r("eval")}}async function c(n,o){let r=s(n);return await t(r.root,{recursive:!0}),await i(r.jobFile,`${o}
`),r}export{c as a};
