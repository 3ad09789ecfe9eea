/**
 * Whole blocks with sensible values, as snippets of the language server protocol. Keyed by keyword; the snippet file of
 * the extension is generated from the root-level ones.
 */

/** Bodies begin with the keyword; a tab is one level of indentation. */
export const BLOCK_SNIPPETS: Readonly<Record<string, string>> = {
  global_defs:
    "global_defs {\n\trouter_id ${1:lvs01}\n\tscript_user ${2:root}\n\tenable_script_security\n\t$0\n}",
  vrrp_instance:
    "vrrp_instance ${1:VI_1} {\n\tstate ${2|BACKUP,MASTER|}\n\tinterface ${3:ens192}\n\tvirtual_router_id ${4:51}\n\tpriority ${5:100}\n\tadvert_int 1\n\tvirtual_ipaddress {\n\t\t${6:192.0.2.10/24}\n\t}\n\t$0\n}",
  vrrp_sync_group: "vrrp_sync_group ${1:VG_1} {\n\tgroup {\n\t\t${2:VI_1}\n\t\t${3:VI_2}\n\t}\n\t$0\n}",
  vrrp_script:
    'vrrp_script ${1:chk_service} {\n\tscript "${2:/usr/local/bin/check_service}"\n\tinterval ${3:2}\n\ttimeout ${4:2}\n\tfall ${5:2}\n\trise ${6:2}\n\t$0\n}',
  vrrp_track_process:
    "vrrp_track_process ${1:track_service} {\n\tprocess ${2:haproxy}\n\tdelay ${3:1}\n\t$0\n}",
  track_file:
    "track_file ${1:maintenance} {\n\tfile ${2:/run/keepalived/maintenance}\n\tweight ${3:1}\n\t$0\n}",
  bfd_instance:
    "bfd_instance ${1:bfd_1} {\n\tneighbor_ip ${2:192.0.2.2}\n\tsource_ip ${3:192.0.2.1}\n\t$0\n}",
  virtual_server_group: "virtual_server_group ${1:web} {\n\t${2:192.0.2.10} ${3:80}\n\t$0\n}",
  virtual_server:
    "virtual_server ${1:192.0.2.10} ${2:80} {\n\tdelay_loop 6\n\tlb_algo ${3|wrr,rr,wlc,lc,sh,mh|}\n\tlb_kind ${4|DR,NAT,TUN|}\n\tprotocol ${5|TCP,UDP,SCTP|}\n\n\treal_server ${6:192.0.2.21} ${2:80} {\n\t\tweight 1\n\t\tTCP_CHECK {\n\t\t\tconnect_timeout 3\n\t\t}\n\t}\n\t$0\n}",
  "virtual_server/real_server":
    "real_server ${1:192.0.2.21} ${2:80} {\n\tweight ${3:1}\n\tTCP_CHECK {\n\t\tconnect_timeout 3\n\t}\n\t$0\n}",
  "virtual_server/real_server/TCP_CHECK":
    "TCP_CHECK {\n\tconnect_timeout ${1:3}\n\tretry ${2:3}\n\tdelay_before_retry ${3:3}\n\t$0\n}",
  "virtual_server/real_server/HTTP_GET":
    "HTTP_GET {\n\turl {\n\t\tpath ${1:/healthz}\n\t\tstatus_code ${2:200}\n\t}\n\tconnect_timeout ${3:3}\n\tretry ${4:3}\n\tdelay_before_retry ${5:3}\n\t$0\n}",
  "virtual_server/real_server/SSL_GET":
    "SSL_GET {\n\turl {\n\t\tpath ${1:/healthz}\n\t\tstatus_code ${2:200}\n\t}\n\tenable_sni\n\tconnect_timeout ${3:3}\n\tretry ${4:3}\n\tdelay_before_retry ${5:3}\n\t$0\n}",
  "virtual_server/real_server/HTTP_GET/url": "url {\n\tpath ${1:/}\n\tstatus_code ${2:200}\n\t$0\n}",
  "virtual_server/real_server/SSL_GET/url": "url {\n\tpath ${1:/}\n\tstatus_code ${2:200}\n\t$0\n}",
  "virtual_server/real_server/MISC_CHECK":
    'MISC_CHECK {\n\tmisc_path "${1:/usr/local/bin/check_server} ${2:192.0.2.21}"\n\tmisc_timeout ${3:5}\n\t$0\n}',
  "virtual_server/real_server/UDP_CHECK":
    "UDP_CHECK {\n\tpayload ${1:00}\n\trequire_reply\n\tconnect_timeout ${2:3}\n\t$0\n}",
  "virtual_server/real_server/DNS_CHECK":
    "DNS_CHECK {\n\ttype ${1|SOA,A,AAAA,NS,MX,TXT|}\n\tname ${2:example.org}\n\t$0\n}",
  "virtual_server/real_server/SMTP_CHECK":
    "SMTP_CHECK {\n\tconnect_timeout ${1:3}\n\thelo_name ${2:lvs.example.org}\n\t$0\n}",
  "virtual_server/real_server/PING_CHECK": "PING_CHECK {\n\tconnect_timeout ${1:3}\n\t$0\n}",
  "virtual_server/real_server/BFD_CHECK": "BFD_CHECK {\n\tname ${1:bfd_1}\n}",
  "virtual_server/real_server/FILE_CHECK": "FILE_CHECK {\n\ttrack_file ${1:maintenance}\n}",
  "vrrp_instance/authentication": "authentication {\n\tauth_type PASS\n\tauth_pass ${1:secret}\n}",
  "vrrp_instance/virtual_ipaddress": "virtual_ipaddress {\n\t${1:192.0.2.10/24}\n}",
  "vrrp_instance/unicast_peer": "unicast_peer {\n\t${1:192.0.2.2}\n}",
  "vrrp_instance/track_script": "track_script {\n\t${1:chk_service}\n}",
  "vrrp_sync_group/group": "group {\n\t${1:VI_1}\n\t${2:VI_2}\n}",
};
