# The variables that the platform sets for this workload, a NAME=value per line; a virtual machine has none.
# They are read, not sourced: a value is never run.
if [ -r /run/platform/env ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      [A-Z_]*=*) export "${line%%=*}=${line#*=}" ;;
    esac
  done < /run/platform/env
  unset line
fi
