/** Addresses and numbers as keepalived reads them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatAddress,
  inNetwork,
  isLinkLocal,
  lastOf,
  networkOf,
  parseAddress,
  prefixOfNetmask,
  sameAddress,
} from "../../../server/src/language/address";

describe("addresses", () => {
  test("IPv4 addresses have four numbers without leading zeros", () => {
    for (const good of ["0.0.0.0", "10.29.7.10", "255.255.255.255"])
      assert.equal(formatAddress(parseAddress(good)!), good);
    for (const bad of [
      "",
      "10",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.1.2",
      "10.0.0.-1",
      "010.0.0.1",
      "1.2.3.4 ",
      "a.b.c.d",
    ])
      assert.equal(parseAddress(bad), undefined, bad);
  });

  test("IPv6 addresses in any of their forms are the same address", () => {
    const same = ["2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8::0001", "2001:db8::0.0.0.1"];
    for (const text of same) assert.equal(formatAddress(parseAddress(text)!), "2001:db8::1", text);
    assert.equal(formatAddress(parseAddress("::")!), "::");
    assert.equal(formatAddress(parseAddress("fe80::1:0:0:1")!), "fe80::1:0:0:1");
    for (const bad of [":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", "1:2:3", "::g", "fe80::1%eth0"])
      assert.equal(parseAddress(bad), undefined, bad);
  });

  test("what is formatted is read back", () => {
    const v6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => ({ family: 6 as const, value }));
    const v4 = fc.nat({ max: 0xffffffff }).map((value) => ({ family: 4 as const, value }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), (a) => assert.ok(sameAddress(parseAddress(formatAddress(a))!, a))),
      { numRuns: 2000 },
    );
  });

  test("networks", () => {
    const a = parseAddress("10.29.7.10")!;
    assert.equal(formatAddress(networkOf(a, 24)), "10.29.7.0");
    assert.equal(formatAddress(lastOf(a, 24)), "10.29.7.255");
    assert.equal(formatAddress(networkOf(a, 0)), "0.0.0.0");
    assert.equal(formatAddress(lastOf(a, 32)), "10.29.7.10");
    assert.ok(inNetwork(a, parseAddress("10.29.0.1")!, 16));
    assert.ok(!inNetwork(a, parseAddress("10.28.0.1")!, 16));
    assert.ok(!inNetwork(a, parseAddress("2001:db8::")!, 0), "families do not mix");
    assert.ok(isLinkLocal(parseAddress("fe80::1")!));
    assert.ok(!isLinkLocal(parseAddress("2001:db8::1")!));
  });

  test("netmasks are prefixes only when their ones are together", () => {
    assert.equal(prefixOfNetmask("255.255.255.0"), 24);
    assert.equal(prefixOfNetmask("255.255.255.255"), 32);
    assert.equal(prefixOfNetmask("0.0.0.0"), 0);
    for (const bad of ["255.0.255.0", "255.255.255", "mask"])
      assert.equal(prefixOfNetmask(bad), undefined, bad);
  });
});
