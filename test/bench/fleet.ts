/** The configuration of a fleet of virtual servers, of any size; and the same content for other languages' servers. */

interface Server {
  readonly address: string;
  readonly pool: readonly string[];
}

const server = (i: number): Server => ({
  address: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
  pool: [0, 1].map((n) => `192.168.${(i >> 7) & 255}.${(2 * i + n) & 255}`),
});

/** About so many bytes of keepalived.conf, and how many virtual servers they are. */
export function fleet(bytes: number): { text: string; count: number } {
  const parts = [
    "! Configuration File for keepalived\nglobal_defs {\n    router_id lb1\n}\n\n# real servers: arp_ignore and arp_announce are set on every one of them\n",
  ];
  let size = parts[0].length;
  let count = 0;
  while (size < bytes) {
    const { address, pool } = server(count);
    const part = `virtual_server ${address} 443 {
    delay_loop 6
    lb_algo wlc
    lb_kind NAT
    persistence_timeout 50
    protocol TCP

    # pool of service ${count}
${pool
  .map(
    (real) => `    real_server ${real} 443 {
        weight 100
        TCP_CHECK {
            connect_timeout 3
            connect_port 443
            retry 3
        }
    }
`,
  )
  .join("")}}

`;
    parts.push(part);
    size += part.length;
    count++;
  }
  return { text: parts.join(""), count };
}

/** The virtual servers of a fleet of so many bytes, shared out over files. */
export function fleetParts(bytes: number, files: number): string[] {
  const { text } = fleet(bytes);
  const blocks = text.slice(text.indexOf("virtual_server")).split(/(?=^virtual_server)/m);
  const each = Math.ceil(blocks.length / files);
  const parts: string[] = [];
  for (let n = 0; n < blocks.length; n += each) parts.push(blocks.slice(n, n + each).join(""));
  return parts;
}

const data = (count: number) => ({
  virtual_servers: Array.from({ length: count }, (_, i) => {
    const { address, pool } = server(i);
    return {
      address,
      port: 443,
      delay_loop: 6,
      lb_algo: "wlc",
      lb_kind: "NAT",
      persistence_timeout: 50,
      protocol: "TCP",
      comment: `pool of service ${i}`,
      real_servers: pool.map((real) => ({
        address: real,
        port: 443,
        weight: 100,
        TCP_CHECK: { connect_timeout: 3, connect_port: 443, retry: 3 },
      })),
    };
  }),
});

export const asJson = (count: number): string => JSON.stringify(data(count), undefined, 4);

export function asYaml(count: number): string {
  const lines = ["virtual_servers:"];
  for (const s of data(count).virtual_servers) {
    const { real_servers: pool, comment, ...rest } = s;
    lines.push(`  # ${comment}`);
    Object.entries(rest).forEach(([k, v], i) => {
      lines.push(`  ${i === 0 ? "-" : " "} ${k}: ${v}`);
    });
    lines.push("    real_servers:");
    for (const { TCP_CHECK: check, ...real } of pool) {
      Object.entries(real).forEach(([k, v], i) => {
        lines.push(`      ${i === 0 ? "-" : " "} ${k}: ${v}`);
      });
      lines.push("        TCP_CHECK:", ...Object.entries(check).map(([k, v]) => `          ${k}: ${v}`));
    }
  }
  return `${lines.join("\n")}\n`;
}

const int = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });
const closed = (properties: object) => ({ type: "object", properties, additionalProperties: false });

/** A schema that asks about as much as the checks of one block do. */
export const schema = closed({
  virtual_servers: {
    type: "array",
    items: {
      ...closed({
        address: { type: "string", pattern: "^[0-9.]+$" },
        port: int(0, 65535),
        delay_loop: int(1, 65535),
        lb_algo: { enum: ["rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf"] },
        lb_kind: { enum: ["NAT", "DR", "TUN"] },
        persistence_timeout: int(1, 2678400),
        protocol: { enum: ["TCP", "UDP", "SCTP"] },
        comment: { type: "string" },
        real_servers: {
          type: "array",
          items: closed({
            address: { type: "string", pattern: "^[0-9.]+$" },
            port: int(0, 65535),
            weight: int(0, 65535),
            TCP_CHECK: closed({
              connect_timeout: int(1, 1000),
              connect_port: int(1, 65535),
              retry: int(0, 1000),
            }),
          }),
        },
      }),
      required: ["address", "port", "real_servers"],
    },
  },
});
