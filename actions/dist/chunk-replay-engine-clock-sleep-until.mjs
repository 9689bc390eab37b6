import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a as c}from"./chunk-replay-engine-clock-on-abort.mjs";function b(r,t,o){return new Promise((e,n)=>{if(!o){r.at(t,e);return}if(o.aborted){n(o.reason);return}let i=r.at(t,()=>{m(),e()}),m=c(o,()=>{i(),n(o.reason)})})}export{b as a};
