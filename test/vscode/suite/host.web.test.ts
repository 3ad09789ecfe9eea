import { equal } from "./assert";

describe("the web extension host", () => {
  it("is a worker without Node", () => {
    equal(typeof process, "undefined");
    equal(typeof importScripts, "function");
  });
});
