/** BFD sessions. */
import { arg, block, bool, decimal, int, type KeywordSpec, leaf, oneOf, t, uint } from "../schema";

export const bfdInstance: KeywordSpec = block(
  "bfd_instance",
  [arg("name", "name", { maxLength: 31 })],
  {
    doc: t(
      "A BFD peering with a neighbour that VRRP instances and real servers can track.",
      "与邻居之间的 BFD 会话，可供 VRRP 实例和真实服务器跟踪。",
    ),
    example: "bfd_instance bfd1",
    repeat: "unique-name",
    declares: "bfd_instance",
    process: "bfd",
  },
  [
    leaf("checker", [], {
      doc: t(
        "Report state changes to the checker process. If neither vrrp nor checker is given, both are informed.",
        "向检查器进程报告状态变化。若 vrrp 和 checker 都未写，则两者都通知。",
      ),
      example: "checker",
      repeat: "flag",
      process: "all",
    }),
    leaf("hoplimit", [uint("hoplimit", 1, 255)], {
      doc: t("Hop limit of sent packets; synonym of ttl.", "所发报文的跳数限制；ttl 的同义词。"),
      example: "hoplimit 64",
      default: t("64 (IPv6)", "64（IPv6）"),
      aliasOf: "ttl",
      process: "bfd",
    }),
    leaf("idle_tx", [decimal("milliseconds", "1000", "4294967", 3, { unit: "ms" })], {
      doc: t(
        "Interval between sent control packets while the peering is not up. Values above 10000 are reported as larger than sensible.",
        "BFD 会话未建立（up）时发送控制报文的间隔。大于 10000 的值会被提示为大得不合理。",
      ),
      example: "idle_tx 1000",
      default: "1000",
      process: "bfd",
    }),
    leaf("max_hops", [int("hops", -1, 255)], {
      doc: t(
        "Accept packets that have passed at most this many hops; -1 disables the check. Must not exceed ttl.",
        "接受最多经过这么多跳的报文；-1 关闭该检查。不得大于 ttl。",
      ),
      example: "max_hops 0",
      default: "0",
      process: "bfd",
    }),
    leaf("min_rx", [decimal("milliseconds", "1", "4294967", 3, { unit: "ms" })], {
      doc: t(
        "Minimum interval between received control packets. Values above 10000 are reported as larger than sensible.",
        "接收控制报文的最小间隔。大于 10000 的值会被提示为大得不合理。",
      ),
      example: "min_rx 100",
      default: "10",
      process: "bfd",
    }),
    leaf("min_tx", [decimal("milliseconds", "1", "4294967", 3, { unit: "ms" })], {
      doc: t(
        "Minimum interval between sent control packets while the peering is up. Values above 10000 are reported as larger than sensible.",
        "BFD 会话已建立（up）时发送控制报文的最小间隔。大于 10000 的值会被提示为大得不合理。",
      ),
      example: "min_tx 100",
      default: "10",
      process: "bfd",
    }),
    leaf("multihop", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Use BFD multihop (port 4784) instead of single hop (port 3784).",
        "使用 BFD 多跳（端口 4784）而不是单跳（端口 3784）。",
      ),
      example: "multihop",
      default: "false",
      since: "2.2.8",
      process: "bfd",
    }),
    leaf("multiplier", [uint("count", 1, 255)], {
      doc: t(
        "Number of lost packets after which the peering counts as down.",
        "丢失多少个报文后认为 BFD 会话 down。",
      ),
      example: "multiplier 5",
      default: "5",
      process: "bfd",
    }),
    leaf("neighbor_ip", [arg("address", "ip")], {
      doc: t("Address of the neighbour.", "邻居的地址。"),
      example: "neighbor_ip 192.0.2.2",
      mandatory: true,
      process: "bfd",
    }),
    leaf("neighbour_ip", [arg("address", "ip")], {
      doc: t("Synonym of neighbor_ip.", "neighbor_ip 的同义词。"),
      example: "neighbour_ip 192.0.2.2",
      mandatoryNote: t("Needed unless neighbor_ip is present.", "没有 neighbor_ip 时必须给出。"),
      aliasOf: "neighbor_ip",
      process: "bfd",
    }),
    leaf("passive", [], {
      doc: t("Do not send packets until the neighbour has sent one.", "在邻居发来报文之前不主动发送报文。"),
      example: "passive",
      repeat: "flag",
      process: "bfd",
    }),
    leaf("source_ip", [arg("address", "ip")], {
      doc: t("Local address; same family as the neighbour.", "本地地址；须与邻居同地址族。"),
      example: "source_ip 192.0.2.1",
      process: "bfd",
    }),
    leaf("ttl", [uint("ttl", 1, 255)], {
      doc: t("TTL of sent packets.", "所发报文的 TTL。"),
      example: "ttl 255",
      default: t("255 (IPv4)", "255（IPv4）"),
      process: "bfd",
    }),
    leaf("vrrp", [], {
      doc: t(
        "Report state changes to the VRRP process. If neither vrrp nor checker is given, both are informed.",
        "向 VRRP 进程报告状态变化。若 vrrp 和 checker 都未写，则两者都通知。",
      ),
      example: "vrrp",
      repeat: "flag",
      process: "all",
    }),
    leaf(
      "weight",
      [
        int("weight", -253, 253),
        oneOf("option", ["reverse"], { optional: true, valueSince: { reverse: "2.0.18" } }),
      ],
      {
        doc: t("Default weight for track_bfd.", "track_bfd 的默认权重。"),
        example: "weight 10",
        default: "0",
        process: "vrrp",
      },
    ),
  ],
);
