import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a}from"./chunk-5TLXCKII.mjs";import"./chunk-QWPF2BYP.mjs";import"./chunk-BKK4SZBG.mjs";import"./chunk-UGFU4WV6.mjs";import"./chunk-XXVSXLYU.mjs";export{a as main};
