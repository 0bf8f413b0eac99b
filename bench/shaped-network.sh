#!/bin/sh
# Ranks on a network of a given speed, on one Linux machine: each in a network namespace of its own, whose sending is held to
# that rate. To be run as root, with Open MPI. What follows the number of ranks is run with a --launcher for them:
#
#   bench/shaped-network.sh 1gbit 4 node dist/bench/main.js ranks --ranks 4 --threads 4 --only default
#
# `tc` and `ip` are Debian's iproute2. Of tc's disciplines htb is used, which every kernel has.
set -eu
rate=$1 ranks=$2
shift 2
folder=$(mktemp -d)
clean() {
  for i in $(seq "$ranks"); do
    ip link del "to-rank$i" 2>/dev/null || true
    ip netns del "rank$i" 2>/dev/null || true
  done
  ip link del ranks 2>/dev/null || true
  rm -rf "$folder"
}
trap clean EXIT INT TERM
ip link add ranks type bridge
ip addr add 10.77.0.254/24 dev ranks
ip link set ranks up
for i in $(seq "$ranks"); do
  ip netns add "rank$i"
  ip link add "to-rank$i" type veth peer name eth0 netns "rank$i"
  ip link set "to-rank$i" master ranks up
  ip -n "rank$i" addr add "10.77.0.$i/24" dev eth0
  ip -n "rank$i" link set lo up
  ip -n "rank$i" link set eth0 up
  if [ "$rate" != none ]; then
    ip netns exec "rank$i" tc qdisc add dev eth0 root handle 1: htb default 1
    ip netns exec "rank$i" tc class add dev eth0 parent 1: classid 1:1 htb rate "$rate" burst 64k quantum 60000
  fi
  echo "10.77.0.$i slots=1" >>"$folder/hosts"
done
# In the place of ssh: a host is a namespace, with a name of its own.
cat >"$folder/enter" <<'ENTER'
#!/bin/sh
i=${1##*.}
shift
exec ip netns exec "rank$i" unshare --uts sh -c "hostname rank$i; $*"
ENTER
chmod +x "$folder/enter"
launcher="mpirun --allow-run-as-root --bind-to none --hostfile $folder/hosts --map-by node --mca plm_rsh_agent $folder/enter"
launcher="$launcher --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24"
"$@" --launcher "$launcher"
